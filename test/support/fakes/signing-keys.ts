import { generateKeyPairSync } from 'node:crypto';
import type { KeyPair } from '../../../core/resources/signing-key/apply.ts';

/** A fresh RSA pair of the smallest size that is accepted; 4,096 bits would take a second each. */
export function smallKeyPair(): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/**
 * A public key whose private half is gone, for vectors: its key id and modulus were computed with the openssl
 * command, not with the code under test.
 */
export const PUBLIC_KEY = {
  pem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5Lyhof14MX0+P08/vLGB
8nabmNsq1KRZ7t6YNE97MEqwEDauAsb4Voj3Tmj0Qt2wMDn1nBUqaeu/6lV34a/C
OuYs7QnQsW6IOrXmK6d6mKxggR1pDjazQqojcBruVLhIOwi8tT0Qhgo9bCaFKnTi
qeCwJqn8l5Wl+Y/m1VzRS/xUFtpPwW8PMN262v/MUjPrVG5pwagJnx8tHpY0mHOP
iORO+xVT68Ky+v4mP8xgbgwD1EC3fR1j/zI17noRYUmmuo6tzlC6VK00szCTFi98
+pa/mb4DeObBNEECmcU5Wqiddje6lyoXscguzceDhA9/Rs0WtR+YHX9KPEooT/0X
rQIDAQAB
-----END PUBLIC KEY-----
`,
  pkcs1Pem: `-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEA5Lyhof14MX0+P08/vLGB8nabmNsq1KRZ7t6YNE97MEqwEDauAsb4
Voj3Tmj0Qt2wMDn1nBUqaeu/6lV34a/COuYs7QnQsW6IOrXmK6d6mKxggR1pDjaz
QqojcBruVLhIOwi8tT0Qhgo9bCaFKnTiqeCwJqn8l5Wl+Y/m1VzRS/xUFtpPwW8P
MN262v/MUjPrVG5pwagJnx8tHpY0mHOPiORO+xVT68Ky+v4mP8xgbgwD1EC3fR1j
/zI17noRYUmmuo6tzlC6VK00szCTFi98+pa/mb4DeObBNEECmcU5Wqiddje6lyoX
scguzceDhA9/Rs0WtR+YHX9KPEooT/0XrQIDAQAB
-----END RSA PUBLIC KEY-----
`,
  kid: 'tN2mlwLEWTogWbPsOY8dsSErx41sUEosB2XMwxL-ZFQ',
  n: '5Lyhof14MX0-P08_vLGB8nabmNsq1KRZ7t6YNE97MEqwEDauAsb4Voj3Tmj0Qt2wMDn1nBUqaeu_6lV34a_COuYs7QnQsW6IOrXmK6d6mKxggR1pDjazQqojcBruVLhIOwi8tT0Qhgo9bCaFKnTiqeCwJqn8l5Wl-Y_m1VzRS_xUFtpPwW8PMN262v_MUjPrVG5pwagJnx8tHpY0mHOPiORO-xVT68Ky-v4mP8xgbgwD1EC3fR1j_zI17noRYUmmuo6tzlC6VK00szCTFi98-pa_mb4DeObBNEECmcU5Wqiddje6lyoXscguzceDhA9_Rs0WtR-YHX9KPEooT_0XrQ',
} as const;
