/**
 * Work that is done once. Who asks while it runs waits for that run; after a failure, which everybody who
 * waited is told, the next one tries again.
 */
export function once(work: () => Promise<void>): () => Promise<void> {
  let run: Promise<void> | null = null;
  return () =>
    (run ??= work().catch((error: unknown) => {
      run = null;
      throw error;
    }));
}
