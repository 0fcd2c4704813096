/*
 * Every document that the pipeline writes for itself or for other programs: where it is, and what makes it valid.
 * They outlive the release that wrote them. A change that an older document does not have, or that an older release
 * could not read, makes a new version: give the format the upgrade from the one before, and the tests a sample.
 *
 * Schemas take time to be made at every cold start, so that each kind has a file of its own: a function has those that it
 * reads or writes, and no others (package.json says that modules have no side effects).
 */

export * from './documents/approval.ts';
export * from './documents/audit.ts';
export * from './documents/deletion.ts';
export * from './documents/desired-state.ts';
export * from './documents/failure-record.ts';
export * from './documents/handed-over.ts';
export * from './documents/lock.ts';
export * from './documents/plan.ts';
export * from './documents/plan-report.ts';
export * from './documents/registry-entry.ts';
export * from './documents/report.ts';
export * from './documents/run-records.ts';
