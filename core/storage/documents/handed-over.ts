import { clusterCheckReportSchema } from '../../domain/cluster-check/report.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

/** What comes from outside, in the intake bucket. */
export const handedOver = storedDocument(layout.handedOver, documentFormat(clusterCheckReportSchema), 2);
