//! The program: hands its arguments to `cli` and ends with the code it gives. It never does anything else.

fn main() -> std::process::ExitCode {
    standin::cli::main()
}
