import { planReportSchema } from '../../domain/plan-report/schema.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

export const planReport = storedDocument(layout.planReport, documentFormat(planReportSchema), 1);
