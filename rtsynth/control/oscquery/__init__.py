"""The OSCQuery surface: the address space over HTTP and WebSocket, for clients that find it."""
