import { reportSchema } from '../../domain/report.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

const reportFormat = documentFormat(reportSchema);

export const runReport = storedDocument(layout.runReport, reportFormat, 2);
export const failureReport = storedDocument(layout.failureReport, reportFormat, 2);
export const rejectedReport = storedDocument(layout.rejectedReport, reportFormat, 2);
