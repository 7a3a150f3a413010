import type { Format } from "./formats";

const host = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\\d{1,5})?";
const part = "[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*";
/** https://github.com/distribution/reference, in lower case; ECS takes 255 characters. */
const reference = new RegExp(
  `^(?=.{1,255}$)(${host}/)?${part}(/${part})*(?<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?<digest>@sha256:[0-9a-f]{64})?$`,
);

const image = (
  allowed: string,
  isFixed: (tag: string | undefined, digest: string | undefined) => boolean,
): Format<string> => ({
  allowed,
  read: (text) => {
    const { groups } = reference.exec(text) ?? {};
    return groups && isFixed(groups.tag, groups.digest) ? text : undefined;
  },
});

export const imageWithDigest = image(
  "an image with a digest",
  (_tag, digest) => digest !== undefined,
);

export const imageWithVersion = image(
  "an image with a digest or a tag other than latest",
  (tag, digest) => digest !== undefined || (tag !== undefined && tag !== ":latest"),
);
