import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type * as ecr from "@pulumi/aws/ecr";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../bundle";
import { givenImage } from "./givenImage";
import { createImageRepository, registryLogin } from "./imageRepository";

export interface GatewayImageArgs {
  /** Image to use in place of building one. */
  readonly gatewayImage: string | undefined;
  /** Key that encrypts the repository; changing it makes a new one. */
  readonly kmsKeyArn: string | undefined;
  /** Folder of this package, from the working directory of the program; default "", the same folder. */
  readonly packageFolder?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Given to the builder relative to the working directory of the program, so that the state is the same on every machine. */
const contextFolder = "gateway/bin";
const dockerfile = "gateway/Dockerfile";

/**
 * The task names the image by its digest, so a tag decides nothing. The tag follows from the content: returning to
 * an earlier version, or repeating an update that ended after its push, pushes an existing tag.
 */
export const gatewayTagMutability = "MUTABLE";

/** The gateway's image: built from the bundle in `gateway/bin`, pushed to a repository of its own and used by digest, or given. */
export class GatewayImage extends pulumi.ComponentResource {
  readonly image: pulumi.Output<string>;
  /** ECR repository to pull the image from; "" for an image elsewhere. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: GatewayImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:GatewayImage", name, {}, opts);

    if (args.gatewayImage === undefined) {
      const repository = createImageRepository(
        name,
        { ...args, imageTagMutability: gatewayTagMutability, keptImages: 10 },
        this,
      );
      const image = this.buildImage(name, repository, args.packageFolder ?? "");
      this.image = pulumi.interpolate`${repository.repositoryUrl}@${image.digest}`;
      this.repositoryArn = repository.arn;
    } else {
      const { image, repositoryArn } = givenImage(args.gatewayImage, this);
      this.image = image;
      this.repositoryArn = repositoryArn;
    }

    this.registerOutputs({ image: this.image, repositoryArn: this.repositoryArn });
  }

  private buildImage(
    name: string,
    repository: ecr.Repository,
    packageFolder: string,
  ): dockerBuild.Image {
    const tag = contentTag([dockerfile, ...filesIn(contextFolder)]);
    return new dockerBuild.Image(
      `${name}-image`,
      {
        context: { location: join(packageFolder, contextFolder) },
        dockerfile: { location: join(packageFolder, dockerfile) },
        platforms: ["linux/arm64"],
        tags: [pulumi.interpolate`${repository.repositoryUrl}:${tag}`],
        push: true,
        buildOnPreview: false,
        registries: [registryLogin(repository, this)],
      },
      { parent: this },
    );
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort();

/** Tells which content an image was built from. */
function contentTag(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(projectRoot, file)));
  return hash.digest("hex").slice(0, 16);
}
