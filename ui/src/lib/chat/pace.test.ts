import { expect, it } from 'vitest';
import { Pace } from './pace';

it('pauses in proportion to what showing costs, and never for long', () => {
  const pace = new Pace();
  expect(pace.pause).toBe(0);
  pace.showed(1);
  expect(pace.pause).toBeCloseTo(1 / 0.06);
  pace.showed(5);
  expect(pace.pause).toBeCloseTo(3 / 0.06);
  pace.showed(1000);
  expect(pace.pause).toBe(250);
});
