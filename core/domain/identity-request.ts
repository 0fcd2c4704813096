/**
 * The request that says who somebody is (AWS STS API Reference, GetCallerIdentity): `POST /` at the STS of a region with this
 * body. Who signs it need not send it.
 */
export const IDENTITY_CONTENT_TYPE = 'application/x-www-form-urlencoded';
export const IDENTITY_BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
