import { storedEntrySchema } from '../../domain/registry.ts';
import { documentFormat, storedDocument } from '../document.ts';
import { registryEntry1 } from '../earlier-versions.ts';
import * as layout from '../layout.ts';

export const registryEntry = storedDocument(
  layout.registryEntry,
  documentFormat(storedEntrySchema, [registryEntry1]),
  2,
);
