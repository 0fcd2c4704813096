declare const STS_PREP_VERSION: string | undefined;

/** Of this client: the release that it is packed from, or `from sources`. */
export const VERSION = typeof STS_PREP_VERSION === 'undefined' ? 'from sources' : STS_PREP_VERSION;
