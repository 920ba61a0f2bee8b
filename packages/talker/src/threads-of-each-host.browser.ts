// In a page, the runtime knows how many processors there are, and takes half of them.
export function threadsOfEachHost(): number | undefined {
  return undefined;
}
