import { createHash } from "node:crypto";
import { type Call, type Service, ServiceException } from "../api/service";
import { list, record, text } from "../state";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** ECR: images of repositories that the local cloud did not make. They run on ARM unless `account.yaml` says otherwise. */
export const ecr: Service = {
  protocol: "json",
  prefix: "ecr",
  operations: {
    BatchGetImage: (input, call) => {
      const repositoryName = repository(input.repositoryName, call);
      const found = list(input.imageIds).map((id) => {
        const { imageTag, imageDigest } = record(id);
        const name = `${repositoryName}${imageDigest ? `@${imageDigest}` : `:${imageTag}`}`;
        const { missing, images } = call.account.facts();
        const { architectures, isIndex } = images[name] ?? {
          architectures: ["arm64"],
          isIndex: true,
        };
        const imageManifest = isIndex ? index(architectures) : manifest(architectures.join());
        return { id: record(id), imageManifest, exists: !missing.includes(name) };
      });
      return {
        images: found
          .filter(({ exists }) => exists)
          .map(({ id, imageManifest }) => ({ repositoryName, imageId: id, imageManifest })),
        failures: found
          .filter(({ exists }) => !exists)
          .map(({ id }) => ({
            imageId: id,
            failureCode: "ImageNotFound",
            failureReason: "Requested image not found",
          })),
      };
    },
    GetDownloadUrlForLayer: (input, call) => {
      repository(input.repositoryName, call);
      const layerDigest = text(input.layerDigest);
      return { layerDigest, downloadUrl: `https://layers.invalid/${layerDigest}` };
    },
  },
};

function repository(name: unknown, { account, region }: Call): string {
  const arn = `arn:aws:ecr:${region}:${account.id}:repository/${text(name)}`;
  if (account.has(arn, region)) return text(name);
  throw new ServiceException(
    "RepositoryNotFoundException",
    `The repository with name '${text(name)}' does not exist in the registry with id '${account.id}'`,
  );
}

const index = (architectures: readonly string[]): string =>
  JSON.stringify({
    manifests: architectures.map((architecture) => ({ platform: { architecture } })),
  });

/** Of one image, whose processor stands in its configuration. */
const manifest = (architecture: string): string =>
  JSON.stringify({ config: { digest: digestOf(architecture) } });
