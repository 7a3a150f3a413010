/** Volume of the task that both containers see, on the task's own disk: it is gone when the task ends. */
export const recordingsVolume = "recordings";

/** Where the volume is mounted. The gateway's image has a folder of this name that belongs to MediaMTX's user. */
export const recordingsFolder = "/recordings";

/** Disk that every task on Fargate has. */
export const freeStorageGib = 20;

/** What the images and what is written between two measurements take, at most. */
const otherGib = 4;

/** Beyond this the gateway deletes the oldest recordings. */
export const maxRecordingsGib = (ephemeralStorageGib: number): number =>
  ephemeralStorageGib - otherGib;

/** MediaMTX's defaults for paths that are recorded. CloudTAK's own media server keeps recordings as long. */
export const recordingsEnvironment = {
  MTX_PATHDEFAULTS_RECORDPATH: `${recordingsFolder}/%path/%Y-%m-%d_%H-%M-%S-%f`,
  MTX_PATHDEFAULTS_RECORDDELETEAFTER: "168h",
} as const;
