import { describe, expect, it } from 'vitest';
import { Follower } from './follow';

function viewport(scrollHeight: number, scrollTop = 0, clientHeight = 500) {
  let top = scrollTop;
  return {
    scrollHeight,
    clientHeight,
    get scrollTop() {
      return top;
    },
    set scrollTop(value: number) {
      top = Math.max(0, Math.min(value, this.scrollHeight - clientHeight));
    },
  };
}

describe('Follower', () => {
  it('pins to the end', () => {
    const view = viewport(2_000);
    new Follower().pin(view);
    expect(view.scrollTop).toBe(1_500);
  });

  it('ends following when the reader scrolls up', () => {
    const follower = new Follower();
    const view = viewport(2_000);
    follower.pin(view);
    view.scrollTop = 1_400;
    expect(follower.scrolled(view, true)).toBe(false);
  });

  it('ends following when the reader scrolls up while the answer grows', () => {
    const follower = new Follower();
    const view = viewport(2_000);
    follower.pin(view);
    view.scrollHeight = 2_100;
    view.scrollTop = 1_450;
    expect(follower.scrolled(view, true)).toBe(false);
  });

  it('goes on following when the content grew under it', () => {
    const follower = new Follower();
    const view = viewport(2_000);
    follower.pin(view);
    view.scrollHeight = 2_300;
    expect(follower.scrolled(view, true)).toBe(true);
  });

  it('goes on following when rows turned out shorter than assumed', () => {
    const follower = new Follower();
    const view = viewport(2_000);
    follower.pin(view);
    view.scrollHeight = 1_700;
    view.scrollTop = 1_100;
    expect(follower.scrolled(view, true)).toBe(true);
  });

  it('follows again once the reader is back at the end', () => {
    const follower = new Follower();
    const view = viewport(2_000, 300);
    view.scrollTop = 1_495;
    expect(follower.scrolled(view, false)).toBe(true);
  });

  it('does not begin to follow somewhere in the middle', () => {
    const follower = new Follower();
    const view = viewport(2_000, 300);
    view.scrollTop = 900;
    expect(follower.scrolled(view, false)).toBe(false);
  });
});
