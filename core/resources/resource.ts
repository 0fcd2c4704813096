import type { Change } from '../domain/change.ts';
import type { Tags } from '../domain/tags.ts';
import type { CheckOf, ResourceName } from './check-table.ts';
import type { UndoAttempt } from './undoing.ts';

/** What a resource of a cluster shall be. */
export interface Spec<Desired> {
  /** The cluster's name. */
  readonly cluster: string;
  readonly desired: Desired;
  /** Tags that it shall have, without the run tag. */
  readonly tags: Tags;
}

/** What a run does to a resource, as its plan has it. */
export interface Step<Desired, Before> extends Spec<Desired> {
  readonly run: string;
  readonly changes: readonly Change[];
  /** What was there when the plan was made; undefined when there was nothing. */
  readonly before: Before | undefined;
}

/** One way in which a resource is not as it should be. */
export interface Discrepancy<Check extends string = string> {
  readonly check: Check;
  /** Which one, where there are several, e.g. an audience or a path. */
  readonly subject?: string;
  /** Facts, as far as they may be shown to everybody who reads a report. */
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** The types that one resource differs from another in. */
interface Types {
  readonly name: ResourceName;
  readonly desired: unknown;
  /** What a run observes. */
  readonly state: unknown;
  /** What can be compared: a run's observation, or what somebody else knows of the resource. */
  readonly actual: unknown;
  /** What a plan keeps of the state. */
  readonly before: unknown;
  /** Gateways it is reached by. */
  readonly access: object;
  /** What else is needed to apply, and to undo. */
  readonly applying: object;
  readonly undoing: object;
}

/** A resource: whatever a cluster is made of outside of the cluster. */
export interface Resource<T extends Types> {
  /** Looks at it. Throws ResourceConflict when it is somebody else's. */
  observe(spec: Spec<T['desired']>, access: T['access']): Promise<T['state']>;
  /** In which ways it is not as it should be; none when all is well. Pure, as is `diff`. */
  checks(spec: Spec<T['desired']>, actual: T['actual']): readonly Discrepancy<CheckOf<T['name']>>[];
  /** What a run has to change. */
  diff(spec: Spec<T['desired']>, state: T['state']): readonly Change[];
  /** Makes the planned changes. Safe to run again after any stop. */
  apply(step: Step<T['desired'], T['before']>, access: T['access'] & T['applying']): Promise<void>;
  /** Rolls back what a run did. Safe to run again, and at any point. */
  undo(
    step: Step<T['desired'], T['before']>,
    access: T['access'] & T['undoing'],
  ): Promise<readonly UndoAttempt[]>;
}

/** Why something stays although nothing asks for it any more, in one sentence. */
export interface Kept {
  readonly kept: string;
}

interface RemovalTypes extends Pick<Types, 'access' | 'undoing'> {
  /** What nothing asks for any more. */
  readonly unused: unknown;
  /** What a plan keeps of it. */
  readonly found: object;
  /** Why it stays the cluster's; never, where that cannot be. */
  readonly staying: object;
}

/** What is to be taken away of a cluster. */
export interface RemovalStep<Found> {
  readonly cluster: string;
  readonly found: Found;
}

/** How what nothing asks for any more is taken away, of a resource that can. */
export interface Removal<T extends RemovalTypes> {
  /** What of it is there, and can go. */
  observe(
    spec: Omit<Spec<T['unused']>, 'tags'>,
    access: T['access'],
  ): Promise<readonly (T['found'] | T['staying'] | Kept)[]>;
  /** Takes it away. Safe to run again. Throws ChangedSincePlan when it is another one than was planned. */
  apply(step: RemovalStep<T['found']>, access: T['access']): Promise<void>;
  /** Brings it back. */
  undo(step: RemovalStep<T['found']>, access: T['access'] & T['undoing']): Promise<UndoAttempt>;
}
