/** What people call a model file: its name without folder and ending. */
export function fileName(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return name.replace(/\.gguf$/i, '');
}
