import { BatchGetImageCommand, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { z } from "zod";
import { ecrRepositoryArn } from "../../components/images/givenImage";
import { type Finding, fault, notChecked, ok } from "../checks/finding";
import type { DoctorContext } from "./context";

/** An index of images for several processors, or the image for one, in Docker's and OCI's format. */
const acceptedMediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const manifestFormat = z.union([
  z.object({ manifests: z.array(z.object({ platform: z.object({ architecture: z.string() }) })) }),
  z.object({ config: z.object({ digest: z.string() }) }),
]);
const configFormat = z.object({ architecture: z.string() });

type Context = Pick<DoctorContext, "aws" | "region" | "machine">;

interface Repository {
  readonly registryId: string;
  readonly repositoryName: string;
}

/** Whether an image that the configuration names exists in ECR, and runs on ARM. Other registries are not asked. */
export async function givenImage(
  subject: string,
  image: string,
  context: Context,
  abortSignal: AbortSignal,
): Promise<Finding> {
  const [, , , region, registryId = "", end = ""] = ecrRepositoryArn(image, "aws").split(":");
  if (region === undefined) {
    return notChecked(subject, `${image} is not in ECR`, `docker manifest inspect ${image}`);
  }
  const repository = { registryId, repositoryName: end.replace("repository/", "") };
  const push = `push an image for linux/arm64 to ${repository.repositoryName}, or let the deployment make it`;
  if (region !== context.region) return notChecked(subject, `${image} is in ${region}`);
  try {
    const manifest = await manifestOf(image, repository, context, abortSignal);
    if (manifest === undefined) return fault(subject, `${image} does not exist`, push);
    const architectures = await architecturesOf(manifest, repository, context, abortSignal);
    return architectures.includes("arm64")
      ? ok(subject, `${image} exists, for ${architectures.join(", ")}`)
      : fault(subject, `${image} is for ${architectures.join(", ")}, not arm64`, push);
  } catch (error) {
    if (abortSignal.aborted || !(error instanceof Error)) throw error;
    if (error.name !== "RepositoryNotFoundException") {
      return notChecked(subject, `${image}: ${error.name}: ${error.message}`);
    }
    return fault(subject, `${image}: its repository does not exist`, push);
  }
}

/** undefined: there is no such image. */
async function manifestOf(
  image: string,
  repository: Repository,
  { aws }: Context,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const [, tag, digest] = /^[^/]+\/[^:@]+(?::([^@]+))?(?:@(.+))?$/.exec(image) ?? [];
  const imageId = digest === undefined ? { imageTag: tag } : { imageDigest: digest };
  const command = new BatchGetImageCommand({
    ...repository,
    imageIds: [imageId],
    acceptedMediaTypes,
  });
  const { images = [] } = await aws.ecr.send(command, { abortSignal });
  return images[0]?.imageManifest;
}

async function architecturesOf(
  manifest: string,
  repository: Repository,
  { aws, machine }: Context,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const parsed = manifestFormat.parse(JSON.parse(manifest));
  if ("manifests" in parsed) {
    // Builders add attestations, as images of an unknown architecture.
    return parsed.manifests
      .map(({ platform }) => platform.architecture)
      .filter((architecture) => architecture !== "unknown");
  }
  const command = new GetDownloadUrlForLayerCommand({
    ...repository,
    layerDigest: parsed.config.digest,
  });
  const { downloadUrl = "" } = await aws.ecr.send(command, { abortSignal });
  const { body } = await machine.getJson(downloadUrl, abortSignal);
  return [configFormat.parse(body).architecture];
}
