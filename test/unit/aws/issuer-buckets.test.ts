// In this order, with one client that answers by order of the test.
import './issuer-buckets/read.ts';
import './issuer-buckets/written.ts';
import './issuer-buckets/just-made.ts';
