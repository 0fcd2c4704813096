import { pbkdf2Sync } from 'node:crypto';

/*
 * Limits in time are there for a test that hangs, and for nothing else: none may end a test that is at work. How
 * long work takes depends on the machine and on what else runs on it. So every limit of the tests is made here
 * from what its writer saw on an idle machine of its time, by two factors: how much slower this machine is while
 * it is asked, and ample room for what begins to run beside the tests later.
 */

/** What `SAMPLE` took on the machine that the limits were written on, in milliseconds. */
const SAMPLE_MS = 8;
const SAMPLE = () => pbkdf2Sync('calibration', 'salt', 25_000, 32, 'sha256');
/** Eight busy processes beside the tests, on two cores, and as much again. */
const ROOM = 10;

let slowness: number | undefined;

/** How long to wait at most for what takes `milliseconds` at most on an idle machine of today. */
export function patience(milliseconds: number): number {
  slowness ??= Math.max(1, measured() / SAMPLE_MS);
  return Math.ceil(milliseconds * slowness * ROOM);
}

/** The wall clock, not the processor's: waiting for the processor is what makes a busy machine slow. */
function measured(): number {
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    SAMPLE();
    return performance.now() - from;
  });
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}
