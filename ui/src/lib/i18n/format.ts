import type { Language } from './i18n.svelte';

/** Numbers, sizes and dates in the way of one language. Formatters are made at first use. */
export interface Formats {
  number(value: number): string;
  /** A size in bytes, in the unit a person would pick: `129 MB`. */
  bytes(value: number): string;
  /** A duration in milliseconds as seconds: `0.2`. */
  seconds(ms: number): string;
  /** A duration in milliseconds as whole seconds, at least one: `12`. */
  wholeSeconds(ms: number): string;
  /** Tokens per second: whole above ten, one digit below. */
  rate(perSecond: number): string;
  /** A moment (ms since the epoch) as day and time. */
  dateTime(ms: number): string;
  /** Large counts, short: `135M`. */
  compact(value: number): string;
  percent(fraction: number): string;
  plural(count: number): Intl.LDMLPluralRule;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Makes a formatter when it is first needed: each costs milliseconds that a start has no use for. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export function formats(language: Language): Formats {
  const whole = lazy(() => new Intl.NumberFormat(language, { maximumFractionDigits: 0 }));
  const oneDigit = lazy(() => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }));
  const percent = lazy(() => new Intl.NumberFormat(language, { style: 'percent' }));
  const compact = lazy(
    () => new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }),
  );
  const moment = lazy(
    () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }),
  );
  const plurals = lazy(() => new Intl.PluralRules(language));
  return {
    number: (value) => whole().format(value),
    bytes: (value) => {
      let size = value;
      let unit = 0;
      while (size >= 1000 && unit < BYTE_UNITS.length - 1) {
        size /= 1000;
        unit += 1;
      }
      return new Intl.NumberFormat(language, {
        style: 'unit',
        unit: BYTE_UNITS[unit] ?? 'byte',
        unitDisplay: 'short',
        maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0,
      }).format(size);
    },
    seconds: (ms) => oneDigit().format(ms / 1000),
    wholeSeconds: (ms) => whole().format(Math.max(1, ms / 1000)),
    rate: (perSecond) => (perSecond < 10 ? oneDigit() : whole()).format(perSecond),
    dateTime: (ms) => moment().format(ms),
    compact: (value) => compact().format(value),
    percent: (fraction) => percent().format(fraction),
    plural: (count) => plurals().select(count),
  };
}
