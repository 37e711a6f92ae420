/** Whether a text is Chinese: its characters say as much as several Latin letters. */
export function isChinese(text: string): boolean {
  const start = text.slice(0, 20_000);
  const han = start.match(/\p{Script=Han}/gu)?.length ?? 0;
  const letters = start.match(/\p{Letter}/gu)?.length ?? 0;
  return han * 4 > letters;
}
