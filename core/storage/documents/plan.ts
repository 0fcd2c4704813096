import { planSchema } from '../../domain/plan.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

export const plan = storedDocument(layout.plan, documentFormat(planSchema), 1);
