// What builds hold: see tools/build/variants.ts.
declare module '*?script' {
  const code: string;
  export default code;
}
declare module '*/graph-session.cjs' {
  const graphs: import('./local-session').GraphSessionModule & {
    useRuntime(source: { load(): unknown; checkFile(file: string): void }): void;
  };
  export default graphs;
}
