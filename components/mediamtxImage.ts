import { join } from "node:path";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { createImageRepository, registryLogin } from "./imageRepository";

export interface MediamtxImageArgs {
  readonly mediamtxVersion: string;
  /** When the gateway's image is given, no image is built: there may be no Docker where this runs. */
  readonly gatewayImage: string | undefined;
  readonly kmsKeyArn: string | undefined;
  /** Folder of this package, from the working directory of the program. */
  readonly packageFolder?: string;
  readonly tags: Readonly<Record<string, string>>;
}

const contextFolder = "gateway/mediamtx/image";

/**
 * MediaMTX's image, copied from Docker Hub into a repository of the stack's own and used by the digest that the push answers.
 * A task that starts pulls it from there: neither an outage nor a rate limit of Docker Hub, nor another image under the same
 * tag, stops it. A pull-through cache of ECR would do the same, but asks for a secret with an account of Docker Hub.
 */
export class MediamtxImage extends pulumi.ComponentResource {
  readonly image: pulumi.Output<string>;
  /** ECR repository to pull the image from; "" for Docker Hub. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: MediamtxImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:MediamtxImage", name, {}, opts);

    if (args.gatewayImage === undefined) {
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
      this.image = pulumi.output(`bluenviron/mediamtx:${args.mediamtxVersion}`);
      this.repositoryArn = pulumi.output("");
    }

    this.registerOutputs({ image: this.image, repositoryArn: this.repositoryArn });
  }
}
