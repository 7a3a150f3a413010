/** The Pulumi engine sends whole states in one message; this is the limit of Pulumi's own servers. */
const maxMessageBytes = 400 * 1024 * 1024;

/** Options of a gRPC server or client that speaks with the engine. */
export const engineMessageLimits = {
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_send_message_length": maxMessageBytes,
};
