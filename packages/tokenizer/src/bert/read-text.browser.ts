// In a page, what lies at an address.

export async function readText(address: string): Promise<string> {
  return (await fetch(address)).text();
}
