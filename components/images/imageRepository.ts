import * as ecr from "@pulumi/aws/ecr";
import type { types } from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

export interface ImageRepositoryArgs {
  readonly imageTagMutability: "MUTABLE" | "IMMUTABLE";
  /** Images that the repository keeps, the last that were pushed. */
  readonly keptImages: number;
  /** Key that encrypts the repository; changing it makes a new one. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A repository for images of the task, which scans what is pushed and keeps the last few. */
export function createImageRepository(
  name: string,
  { imageTagMutability, keptImages, kmsKeyArn, tags }: ImageRepositoryArgs,
  parent: pulumi.Resource,
): ecr.Repository {
  const repository = new ecr.Repository(
    `${name}-repository`,
    {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability,
      ...(kmsKeyArn === undefined
        ? {}
        : { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: kmsKeyArn }] }),
      // Every image can be built again, so a stack's end need not wait for them to be deleted by hand.
      forceDelete: true,
      tags,
    },
    { parent },
  );
  const expireOldImages = {
    rulePriority: 1,
    description: `Keep the last ${keptImages} images`,
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keptImages },
    action: { type: "expire" },
  };
  new ecr.LifecyclePolicy(
    `${name}-lifecycle-policy`,
    { repository: repository.name, policy: JSON.stringify({ rules: [expireOldImages] }) },
    { parent },
  );
  return repository;
}

/** The login with which the builder pushes into the repository. */
export function registryLogin(
  repository: ecr.Repository,
  parent: pulumi.Resource,
): types.input.RegistryArgs {
  const token = ecr.getAuthorizationTokenOutput({ registryId: repository.registryId }, { parent });
  return {
    address: token.proxyEndpoint,
    username: token.userName,
    password: pulumi.secret(token.password),
  };
}
