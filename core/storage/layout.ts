import { folderPattern, keyPattern } from './key-pattern.ts';

/**
 * Every key of the two buckets, once: whoever reads or writes an object takes its key from here, and the policies
 * grant what `grant` says. How the keys of the intake bucket say what is to be done is said by the operations.
 */

const CLUSTER = 'clusters/{cluster}/';
const INSTALL = `${CLUSTER}install/` as const;
const RUN = `${CLUSTER}runs/{run}/` as const;
const AUDIT = 'audits/runs/{audit}/';

/** Paths below the installer's directory. The private key is in this one object, and in the archive. */
export const PRIVATE_KEY_FILE = 'tls/bound-service-account-signing-key.key';
export const PUBLIC_KEY_FILE = 'serviceaccount-signer.public';

/** Files beside the installer's directory, as changes name them: below the cluster's folder. */
export const ARCHIVE_FILE = 'install.tar.gz';
/** The Secrets that an upgrade has for the cluster that is there. */
export const upgradeFileName = keyPattern('upgrades/{release}/{path+}');

/** The Secrets of an add-on: the namespace of an optional operator is not there while a cluster is being installed. */
export const addOnFileName = keyPattern('add-ons/{addOn}/{path+}');

/* The output bucket: a cluster */
export const clusters = folderPattern('clusters/');
export const clusterFolder = folderPattern(CLUSTER);
export const registryEntry = keyPattern(`${CLUSTER}cluster.json`);
/** What is known of clusters of that name that were deleted. Nothing else of one makes it registered. */
export const tombstone = keyPattern(`${CLUSTER}deleted.json`);
export const lock = keyPattern(`${CLUSTER}lock`);
export const installFolder = folderPattern(INSTALL);
export const installFile = keyPattern(`${INSTALL}{path+}`);
export const manifests = folderPattern(`${INSTALL}manifests/`);
export const tlsFiles = folderPattern(`${INSTALL}tls/`);
export const privateKey = keyPattern(`${INSTALL}${PRIVATE_KEY_FILE}`);
export const publicKey = keyPattern(`${INSTALL}${PUBLIC_KEY_FILE}`);
/** Holds the private key too; the pipeline writes it and never reads it. */
export const archive = keyPattern(`${CLUSTER}${ARCHIVE_FILE}`);
export const upgrades = folderPattern(`${CLUSTER}upgrades/`);
export const upgradeFolder = folderPattern(`${CLUSTER}upgrades/{release}/`);
export const upgradeFile = keyPattern(`${CLUSTER}${upgradeFileName.pattern}`);
export const addOns = folderPattern(`${CLUSTER}add-ons/`);
export const addOnFolder = folderPattern(`${CLUSTER}add-ons/{addOn}/`);
export const addOnFile = keyPattern(`${CLUSTER}${addOnFileName.pattern}`);

/* A run of a cluster */
export const runs = folderPattern(`${CLUSTER}runs/`);
export const runFolder = folderPattern(RUN);
/** What the bundle says, as ReadBundle read it. */
export const bundleReading = keyPattern(`${RUN}reading.json`);
/** What the run brings about, as PlanChanges made it of that and of what there is. */
export const desiredState = keyPattern(`${RUN}desired.json`);
export const plan = keyPattern(`${RUN}plan.json`);
export const removal = keyPattern(`${RUN}removal.json`);
export const undoRecord = keyPattern(`${RUN}undo/{step}.json`);
export const failureRecords = folderPattern(`${RUN}failures/`);
export const failureRecord = keyPattern(`${RUN}failures/{name}.json`);
export const runReport = keyPattern(`${RUN}report.json`);
export const runReportText = keyPattern(`${RUN}report.md`);
export const runReportPage = keyPattern(`${RUN}report.html`);
/** Who approved the run's plan, or refused it. */
export const decision = keyPattern(`${RUN}decision.json`);
/** The report of a failed run once more, under a name that only a failed run has. */
export const failureReport = keyPattern(`${RUN}failure.json`);

/** What a run would change, of one that only planned. */
export const planReport = keyPattern(`${RUN}plan-report.json`);
export const planReportText = keyPattern(`${RUN}plan-report.md`);
export const planReportPage = keyPattern(`${RUN}plan-report.html`);
/** What somebody else needs to make it without this pipeline. */
export const offlineArchive = keyPattern(`${RUN}offline.tar.gz`);

/* A deletion of a cluster */
export const deletionPlan = keyPattern(`${RUN}deletion.json`);
export const deletionRecord = keyPattern(`${RUN}deletion/{step}.json`);
export const deletionReport = keyPattern(`${RUN}deletion-report.json`);
export const deletionReportText = keyPattern(`${RUN}deletion-report.md`);
export const deletionReportPage = keyPattern(`${RUN}deletion-report.html`);

/* A run of no known cluster, and what is known of runs by their name alone */
export const rejected = folderPattern('rejected/');
export const rejectedFolder = folderPattern('rejected/{run}/');
export const rejectedReport = keyPattern('rejected/{run}/report.json');
export const rejectedReportText = keyPattern('rejected/{run}/report.md');
export const runIndex = folderPattern('executions/');
/** Where it is written which cluster an execution is at work on; its input does not say. */
export const runIndexEntry = keyPattern('executions/{run}.json');

/** What a run waits with that somebody has to approve: the token that lets it go on. */
export const approvalRequest = keyPattern('approvals/{run}.json');
export const approvalRequests = folderPattern('approvals/');

/* An audit */
export const audits = folderPattern('audits/');
export const auditRuns = folderPattern('audits/runs/');
/** All that one audit writes. The audit's functions may write nowhere else. */
export const auditFolder = folderPattern(AUDIT);
export const auditReleases = keyPattern(`${AUDIT}releases.json`);
export const auditClusters = keyPattern(`${AUDIT}clusters.json`);
export const auditRoles = keyPattern(`${AUDIT}roles/{cluster}.json`);
export const auditOfCluster = keyPattern(`${AUDIT}clusters/{cluster}.json`);
export const auditFailureRecord = keyPattern(`${AUDIT}failures/{name}.json`);
export const auditReport = keyPattern(`${AUDIT}report.json`);
export const auditReportText = keyPattern(`${AUDIT}report.md`);
export const auditReportPage = keyPattern(`${AUDIT}report.html`);
/** All clusters of the account, registered or not; its text is in the place of the audit's report. */
export const clustersFound = keyPattern(`${AUDIT}clusters-found.json`);

/* What the latest audit found: of a cluster (the next one compares with it), and of the fleet */
export const latestAuditOfCluster = keyPattern('audits/clusters/{cluster}.json');
export const latestAuditReport = keyPattern('audits/latest/report.json');
export const latestAuditReportText = keyPattern('audits/latest/report.md');
export const latestAuditReportPage = keyPattern('audits/latest/report.html');
/** Which audit was the latest of the whole fleet. */
export const latestAudit = keyPattern('audits/latest/audit.json');

/* The intake bucket: the bundles that clusters are audited against, of the fleet and of single clusters */
export const releaseBundles = folderPattern('releases/');
export const clusterReleaseBundles = folderPattern('audit/');
/** What `sts-prep verify-cluster` found in a cluster, as somebody handed it over. It starts nothing; the next audit shows it. */
export const handedOver = keyPattern('verified/{cluster}.json');
