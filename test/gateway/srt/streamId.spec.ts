import assert from "node:assert/strict";
import fc from "fast-check";
import { readStreamId } from "../../../gateway/srt/streamId";

const read = (streamId: string) => {
  const request = readStreamId(streamId);
  return (
    request && [
      request.action,
      request.stream,
      ...request.candidates.map((one) => `${one.user}|${one.password}|${one.token}`),
    ]
  );
};

describe("SRT stream id", () => {
  const table: [streamId: string, action: string, stream: string, ...readings: string[]][] = [
    ["u:p:cam", "publish", "cam", "u|p|"],
    ["u:p:grp/cam", "publish", "grp/cam", "u|p|"],
    ["u:p:q,r::s:cam", "publish", "cam", "u|p:q,r::s|"],
    ["u:a b:cam", "publish", "cam", "u|a b|", "u|a+b|"],
    ["u:p%40s:cam", "publish", "cam", "u|p%40s|", "u|p@s|"],
    ["u:100%:cam", "publish", "cam", "u|100%|"],
    ["read:cam", "read", "cam", "||"],
    ["read:/cam/", "read", "cam", "||"],
    ["publish:cam", "publish", "cam", "||"],
    ["request:cam:u:p", "read", "cam", "u|p|"],
    ["read:cam:u:p", "read", "cam", "u|p|"],
    ["publish:grp/cam:u:p,q", "publish", "grp/cam", "u|p,q|"],
    ["publish:cam:u:p:q", "publish", "cam", "u|p:q|", "u|p|"],
    ["read:cam:u:p%40:x=1", "read", "cam", "u|p%40:x=1|", "u|p@:x=1|", "u|p%40|"],
    ["read:cam:u}:p", "read", "cam", "u}|p|", "u|p|"],
    ["read:cam:token=a%2Eb", "read", "cam", "||a.b"],
    ["read:cam:jwt=a.b.c", "read", "cam", "||a.b.c"],
    ["read:cam#feedbackplay", "read", "cam", "||"],
    ["read:cam:u:p#feedbackplay", "read", "cam", "u|p|"],
    ["#!::r=cam,m=publish,u=u,s=p", "publish", "cam", "u|p|"],
    ["#!::m=request,s=p:q,u=u,r=grp/cam", "read", "grp/cam", "u|p:q|"],
    ["#!::r=cam,u=u,s=p,q=r,s,t,m=publish", "publish", "cam", "u|p,q=r,s,t|"],
    ["#!::r=cam,h=host,x=1,t=stream,u=u,s=p", "read", "cam", "u|p|"],
    ["#!::r=cam", "read", "cam", "||"],
    ["read:..", "read", "..", "||"],
    // the stream key inside a standard id, as encoders with one field for the user send it
    ["#!::r=u:p:cam,m=publish", "publish", "cam", "u|p|"],
    ["#!::r=u:p:q:grp/cam", "read", "grp/cam", "u|p:q|"],
    ["#!::u=u:p:cam,m=publish", "publish", "cam", "u|p|"],
    ["#!::m=publish,r=u%3Ap%3Acam", "publish", "cam", "u|p|"],
    ["#!::r=cam,u=a:b:c,s=p,m=publish", "publish", "cam", "a:b:c|p|"],
    // keys of vendors
    ["#!::company_key=x,r=cam,m=publish,u=u,s=p", "publish", "cam", "u|p|"],
    ["#!::r=cam,company_key=x,u=u,s=p", "read", "cam", "u|p|"],
    ["#!::r=cam,u=u,s=p,company_key=x", "read", "cam", "u|p|", "u|p,company_key=x|"],
    ["#!::r=cam,u=u,s=p,k=1,id.2=x,y,m=publish", "publish", "cam", "u|p,k=1|", "u|p,k=1,id.2=x,y|"],
    // blanks, upper case
    ["#!::r=cam, m=publish, u=u, s=p", "publish", "cam", "u|p|"],
    ["#!::R=cam,M=PUBLISH,U=u,S=p", "publish", "cam", "u|p|"],
    // percent-encoded as a whole and in part
    ["u%3Ap%3Acam", "publish", "cam", "u|p|"],
    ["u%3Ap:cam", "publish", "cam", "u|p|"],
    ["u:p%3Acam", "publish", "cam", "u|p|"],
    ["u%3ap%40s%3acam", "publish", "cam", "u|p@s|"],
    ["publish%3Acam", "publish", "cam", "||"],
    ["read:cam%3Au%3Ap", "read", "cam", "u|p|"],
    ["%23%21%3A%3Ar%3Dcam%2Cm%3Dpublish%2Cu%3Du%2Cs%3Dp", "publish", "cam", "u|p|"],
    ["%23!::r=cam,m=publish,u=u,s=p", "publish", "cam", "u|p|"],
    // no colon in it
    ["cam?user=u&pass=p", "publish", "cam", "u|p|"],
    ["grp/cam?user=u&pass=p%3Aq&m=request", "read", "grp/cam", "u|p:q|"],
    ["cam?token=a.b.c", "publish", "cam", "||a.b.c"],
    // pasted
    [" u:p:cam\r\n", "publish", "cam", "u|p|"],
    ["u:p:/cam/", "publish", "cam", "u|p|"],
    ["srt://host:8890?streamid=u:p:cam&latency=200", "publish", "cam", "u|p|"],
    ["srt://host:8890?mode=caller&streamid=%23!::r=cam,u=u,s=p", "read", "cam", "u|p|"],
  ];
  for (const [streamId, ...expected] of table) {
    it(`reads ${streamId}`, () => assert.deepEqual(read(streamId), expected));
  }

  for (const streamId of [
    "",
    "cam",
    "u:cam",
    "toString:cam",
    "#!::m=publish",
    "#!::r=cam,m=both",
    "#!:{",
    "#!::u=u,s=p,m=publish",
    "cam?m=both",
    "srt://host:8890",
  ]) {
    it(`refuses "${streamId}"`, () => assert.equal(read(streamId), undefined));
  }

  it("takes any password in a stream key", () => {
    const user = fc
      .stringMatching(/^[a-z0-9.@]+$/)
      .filter((one) => !/^(read|publish|request)$/.test(one));
    fc.assert(
      fc.property(user, fc.string(), (name, password) => {
        const [first] = readStreamId(`${name}:${password}:cam`)?.candidates ?? [];
        assert.deepEqual(first, { user: name, password, token: "" });
      }),
    );
  });
});
