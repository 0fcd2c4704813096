import { expect, test } from 'vitest';
import { type Decision, decide, type EmulatorFacts } from '../../../scripts/local/emulator-state.ts';

const running: EmulatorFacts = {
  recorded: true,
  processRuns: true,
  processIsOurs: true,
  answers: true,
  settingsMatch: true,
};

test.each<[string, Partial<EmulatorFacts>, Decision]>([
  ['it runs', {}, 'reuse'],
  ['nothing was ever started', { recorded: false, processRuns: false, processIsOurs: false }, 'start'],
  ['it died, and nothing answers', { processRuns: false, processIsOurs: false, answers: false }, 'start'],
  ['it died, and another program answers on its port', { processRuns: false, processIsOurs: false }, 'start'],
  ['its process id belongs to another program now', { processIsOurs: false, answers: false }, 'start'],
  ['both its id and its port belong to others now', { processIsOurs: false }, 'start'],
  ['it hangs', { answers: false }, 'restart'],
  ['it was started with another port, region or version', { settingsMatch: false }, 'restart'],
  ['it hangs and is not what is wanted either', { answers: false, settingsMatch: false }, 'restart'],
])('%s', (_, found, decision) => {
  expect(decide({ ...running, ...found })).toBe(decision);
});
