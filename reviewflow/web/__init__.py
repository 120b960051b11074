"""HTTP and sockets that are no NiceGUI page: the gate, sign-in, REST, health; and the framework's inside."""
