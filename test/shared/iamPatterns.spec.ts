import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesAction, matchesPattern } from "../../shared/iamPatterns";

describe("a pattern of an IAM policy", () => {
  for (const [pattern, text, expected] of [
    ["*", "", true],
    ["arn:aws:s3:::*", "arn:aws:s3:::a/b:c", true],
    ["arn:aws:lambda:*:*:function:auth", "arn:aws:lambda:r:1:function:auth", true],
    ["arn:aws:lambda:*:*:function:auth", "arn:aws:lambda:r:1:function:auth:live", false],
    ["key/????", "key/1234", true],
    ["key/????", "key/123", false],
    ["a.c", "abc", false],
    ["A", "a", false],
  ] as const) {
    it(`${pattern} ${expected ? "matches" : "does not match"} "${text}"`, () => {
      assert.equal(matchesPattern(pattern, text), expected);
    });
  }

  for (const [pattern, expected] of [
    ["kms:Decrypt", true],
    ["KMS:decrypt", true],
    ["kms:*", true],
    ["kms:De*t", true],
    ["kms:?ecrypt", true],
    ["*:Decrypt", true],
    ["kms:Decrypt?", false],
    ["kms:De*", true],
    ["kms:*Key", false],
  ] as const) {
    it(`${pattern} ${expected ? "names" : "does not name"} kms:Decrypt`, () => {
      assert.equal(matchesAction(pattern, "kms:Decrypt"), expected);
    });
  }

  it("matches as the equivalent regular expression does", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const value = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, value, (glob, text) => {
        const regex = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        assert.equal(matchesPattern(glob, text), regex.test(text));
      }),
    );
  });

  it("takes no time without end for many wildcards", () => {
    assert.equal(matchesPattern("*a".repeat(50), "a".repeat(2000).concat("b")), false);
  });
});
