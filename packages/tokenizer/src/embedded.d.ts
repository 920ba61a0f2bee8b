// What builds hold as text: see tools/build/variants.ts.
declare module '*?base64' {
  const base64: string;
  export default base64;
}
