import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";

export interface SrtPassphraseArgs {
  /** Name of the system, with which the secret's begins. */
  readonly systemName: string;
  /** Key that encrypts the secret, in place of the one that AWS manages. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** SRT takes 10 to 79 characters; letters and digits need no quoting in a URL. */
const password = { passwordLength: 32, excludePunctuation: true };

/** A secret with a random SRT passphrase, which is made once and kept. Costs 0.40 US dollars a month. */
export class SrtPassphrase extends pulumi.ComponentResource {
  /** Of the secret, once it has its value. */
  readonly secretArn: pulumi.Output<string>;

  constructor(name: string, args: SrtPassphraseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:SrtPassphrase", name, {}, opts);
    const secret = new secretsmanager.Secret(
      `${name}-secret`,
      {
        // A deleted secret keeps its name for 30 days, so a stack that is made anew needs another.
        namePrefix: `${args.systemName}/SrtPassphrase-`,
        description: "SRT passphrase of the media server",
        kmsKeyId: args.kmsKeyArn,
        tags: args.tags,
      },
      { parent: this },
    );
    const version = new secretsmanager.SecretVersion(
      `${name}-value`,
      {
        secretId: secret.id,
        secretString: secretsmanager.getRandomPasswordOutput(password, { parent: this })
          .randomPassword,
      },
      // AWS makes another password with each run of the program.
      { parent: this, ignoreChanges: ["secretString"] },
    );
    this.secretArn = pulumi.all([secret.arn, version.id]).apply(([arn]) => arn);
    this.registerOutputs({ secretArn: this.secretArn });
  }
}
