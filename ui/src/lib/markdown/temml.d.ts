/** The part of Temml that mathml.ts uses; the package's own types are not found through its exports. */
declare module 'temml' {
  interface Options {
    displayMode?: boolean;
    throwOnError?: boolean;
    trust?: boolean;
    /** Limits of sizes that a formula asks for, in em and in points. */
    maxSize?: [number, number];
    maxExpand?: number;
  }

  const temml: { __renderToMathMLTree(tex: string, options: Options): unknown };
  export default temml;
}
