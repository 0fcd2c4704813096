import { ARCHIVE_BOMBS } from './bombs/archives.ts';
import type { Bomb } from './bombs/bomb.ts';
import { DOCUMENT_BOMBS } from './bombs/documents.ts';
import { REQUEST_BOMBS } from './bombs/requests.ts';
import { YAML_BOMBS } from './bombs/yaml.ts';

/** Uploads that are made to swamp. */
export const BOMBS: readonly Bomb[] = [...DOCUMENT_BOMBS, ...REQUEST_BOMBS, ...YAML_BOMBS, ...ARCHIVE_BOMBS];
