/**
 * What a bundle may cost. The numbers leave room for 1,000 CredentialsRequests (about 3 MB of YAML, in one
 * file or in a thousand) several times over, and keep the worst refused upload well within a Lambda function
 * of 1 GiB and 60 s. Sizes are bytes unless the name says otherwise.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The uploaded object as it is: no payload of any release comes near it, and it is held in memory whole. */
export const MAX_BUNDLE_BYTES = 16 * MIB;

/** All that comes out of an archive, tar headers included: it is held in memory whole, next to the upload. */
export const MAX_EXPANDED_BYTES = 64 * MIB;

/** One file: 1,000 CredentialsRequests in a single file stay under it. */
export const MAX_ENTRY_BYTES = 4 * MIB;

/** Entries of an archive of any kind, directories too: 1,000 files in as many directories, twice. */
export const MAX_ENTRIES = 5_000;

/** Bytes out for each byte in: repetitive manifests reach 50, bombs go to 1,000. */
export const MAX_RATIO = 200;

/** The ratio is not looked at below this output: a tar of a few tiny files is mostly zeros. */
export const RATIO_FREE_BYTES = MIB;

/** Segments of a path: release payloads use two or three. */
export const MAX_PATH_DEPTH = 32;

/** A path in UTF-8: keeps messages and S3 keys short; the longest in a release payload are under 150. */
export const MAX_PATH_LENGTH = 512;

/** A PAX or GNU long-name header of a tar entry: room for extended attributes, no room for a memory bomb. */
export const MAX_TAR_HEADER_BYTES = 64 * KIB;

/** A global PAX header: git writes 52 bytes; tar-stream copies it once for each entry that follows. */
export const MAX_TAR_GLOBAL_HEADER_BYTES = KIB;

/** Problems that are listed before reading stops: more than anybody repairs at once. */
export const MAX_PROBLEMS = 100;

/** Documents of a YAML file, empty ones too: joining 1,000 files with `---` before and after gives 2,000. */
export const MAX_DOCUMENTS_PER_FILE = 5_000;

/** Documents of a bundle: the whole payload of a release has some thousand. */
export const MAX_DOCUMENTS = 20_000;

/** Levels of maps and sequences: CredentialsRequests use ten; the YAML composer recurses for each. */
export const MAX_YAML_DEPTH = 64;

/** Aliases of a document, counted as they expand: hand-written manifests use a handful. */
export const MAX_YAML_ALIASES = 100;

/** Nodes plus characters that aliases of one budget may copy: a big anchor used often is an attack. */
export const MAX_YAML_ALIASED_SIZE = MIB;

/** Characters of the places, within their documents, of scalars that are another text to Kubernetes: a payload has some thousand. */
export const MAX_YAML_PLACES = 4 * MIB;

/** Lexical tokens of one YAML document, which is held as a tree: about 1 MB of manifests, a few 100 MB of memory. */
export const MAX_YAML_TOKENS_PER_DOCUMENT = 500_000;

/** Lexical tokens of one budget, usually a bundle: about 4 MB of manifests, whose reading stays below ten seconds. */
export const MAX_YAML_TOKENS = 1_500_000;
