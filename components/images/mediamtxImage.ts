import { join } from "node:path";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { givenImage } from "./givenImage";
import { createImageRepository, registryLogin } from "./imageRepository";

export interface MediamtxImageArgs {
  readonly mediamtxVersion: string;
  /** Image to use in place of copying one. */
  readonly mediamtxImage: string | undefined;
  readonly kmsKeyArn: string | undefined;
  /** Folder of this package, from the working directory of the program. */
  readonly packageFolder?: string;
  readonly tags: Readonly<Record<string, string>>;
}

const contextFolder = "gateway/mediamtx/image";

/**
 * MediaMTX's image, copied from Docker Hub into a repository of the stack's own and used by the digest that the push answers.
 * A task that starts pulls it from there: neither an outage nor a rate limit of Docker Hub, nor another image under the same
 * tag, stops it. A pull-through cache of ECR would do the same, but asks for a secret with an account of Docker Hub. An image that
 * is given is named by its digest too, and no Docker is needed to copy one.
 */
export class MediamtxImage extends pulumi.ComponentResource {
  readonly image: pulumi.Output<string>;
  /** ECR repository to pull the image from; "" for an image elsewhere. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: MediamtxImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:MediamtxImage", name, {}, opts);

    if (args.mediamtxImage === undefined) {
      const repository = createImageRepository(
        name,
        // A version is pushed again when it is gone back to. The task names the digest, so nothing depends on the tag.
        { ...args, imageTagMutability: "MUTABLE", keptImages: 5 },
        this,
      );
      const folder = join(args.packageFolder ?? "", contextFolder);
      const { digest } = new dockerBuild.Image(
        `${name}-image`,
        {
          context: { location: folder },
          dockerfile: { location: join(folder, "Dockerfile") },
          buildArgs: { MEDIAMTX_VERSION: args.mediamtxVersion },
          platforms: ["linux/arm64"],
          tags: [pulumi.interpolate`${repository.repositoryUrl}:${args.mediamtxVersion}`],
          push: true,
          buildOnPreview: false,
          registries: [registryLogin(repository, this)],
        },
        { parent: this },
      );
      this.image = pulumi.interpolate`${repository.repositoryUrl}@${digest}`;
      this.repositoryArn = repository.arn;
    } else {
      const { image, repositoryArn } = givenImage(args.mediamtxImage, this);
      this.image = image;
      this.repositoryArn = repositoryArn;
    }

    this.registerOutputs({ image: this.image, repositoryArn: this.repositoryArn });
  }
}
