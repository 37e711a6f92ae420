import type { Host } from '../host';
import { MockWriter } from './host-write';

export type { MockOptions, MockSnapshot } from './host-core';

/**
 * A scripted host in memory, for tests and for working on the page in a browser. Each mode adds
 * its commands to those of the one before; which is which says nothing.
 */
export class MockHost extends MockWriter implements Host {}
