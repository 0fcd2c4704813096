import { desiredStateSchema } from '../../domain/desired-state.ts';
import { documentFormat, storedDocument } from '../document.ts';
import { desiredState1 } from '../earlier-versions.ts';
import * as layout from '../layout.ts';

const desiredStateFormat = documentFormat(desiredStateSchema, [desiredState1]);

export const desiredState = storedDocument(layout.desiredState, desiredStateFormat, 1);
/** The same as far as the bundle says it; PlanChanges makes the desired state of it, and nothing else reads it. */
export const bundleReading = storedDocument(layout.bundleReading, desiredStateFormat, 1);
