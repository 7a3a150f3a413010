import { Metadata, status } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../wire";

/**
 * A resource that was created or updated but did not become ready. As with the official provider, the engine keeps the new
 * state, reports the reason as an error, and updates the resource again with the next deployment.
 */
export class InitError extends Error {
  override readonly name = "InitError";

  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** The error in gRPC, with the details by which the engine recognises it. */
export function initErrorResponse(
  { id, reason, message, properties }: InitError,
  write: (properties: Properties) => Struct,
) {
  const detail = new pb.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(write(properties))
    .setReasonsList([reason]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const response = new Status().setCode(status.UNKNOWN).setMessage(message);
  response.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(response.serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}
