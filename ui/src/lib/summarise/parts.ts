/** Neighbouring part numbers as one range: `[0, 1, 2, 4]` is `1–3, 5`. Counted from 0, shown from 1. */
export function ranges(parts: readonly number[]): { from: number; label: string }[] {
  const found: { from: number; to: number }[] = [];
  for (const part of [...parts].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && part <= last.to + 1) last.to = Math.max(last.to, part);
    else found.push({ from: part, to: part });
  }
  return found.map(({ from, to }) => ({
    from,
    label: from === to ? String(from + 1) : `${String(from + 1)}–${String(to + 1)}`,
  }));
}
