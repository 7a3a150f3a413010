export { RtmpDoor, type RtmpDoorOptions } from "./door";
