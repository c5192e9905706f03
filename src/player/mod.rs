//! The desk: queue, modes, and the only code that knows what plays next. Pure: no thread, clock, file, SQL or socket.
