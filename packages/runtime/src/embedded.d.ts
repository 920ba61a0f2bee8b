// What builds hold: see tools/build/variants.ts.
declare module '*?script' {
  const code: string;
  export default code;
}
declare module '*/graph-session.cjs' {
  // A file with an import of its own would declare nothing for others.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const graphs: import('./graph-session-module').GraphSessionModule & {
    useRuntime(source: {
      // eslint-disable-next-line @typescript-eslint/consistent-type-imports
      load(options: import('./session-types').SessionOptions): unknown;
      checkFile(file: string): void;
    }): void;
  };
  export default graphs;
}
declare module '*/web-runtime.cjs' {
  const web: { webRuntime(ort: unknown, options: object): unknown };
  export default web;
}
