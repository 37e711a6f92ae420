import { describe, expect, it } from 'vitest';
import { once } from './once';

describe('work that is done once', () => {
  it('is waited for by who comes while it runs', async () => {
    let runs = 0;
    let finish = (): void => undefined;
    const load = once(() => {
      runs += 1;
      return new Promise<void>((resolve) => (finish = resolve));
    });
    const order: string[] = [];
    const first = load().then(() => order.push('first'));
    const second = load().then(() => order.push('second'));
    order.push('asked');
    finish();
    await Promise.all([first, second, load()]);
    expect(order).toEqual(['asked', 'first', 'second']);
    expect(runs).toBe(1);
  });

  it('is tried again after it failed', async () => {
    let runs = 0;
    const load = once(() => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('busy')) : Promise.resolve();
    });
    await expect(load()).rejects.toThrow('busy');
    await load();
    await load();
    expect(runs).toBe(2);
  });
});
