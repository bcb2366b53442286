//! Counts the instructions that an emulated processor executes between `footprint_begins` and `footprint_ends`, and how
//! many of them are SHA-256's.
//!
//! A plugin of QEMU's code generator (docs/devel/tcg-plugins.rst, interface version 1): it is told of each block of
//! instructions when that is translated, and has each add to a counter when it is executed. What it counts is the same
//! in every run.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The version of the interface that this is written for.
#[unsafe(no_mangle)]
pub static qemu_plugin_version: c_int = 1;

/// Instructions so far.
static ALL: AtomicU64 = AtomicU64::new(0);
/// Those in functions of SHA-256.
static HASHING: AtomicU64 = AtomicU64::new(0);
/// Both, at the last `footprint_begins`.
static START: Mutex<(u64, u64)> = Mutex::new((0, 0));

/// `QEMU_PLUGIN_INLINE_ADD_U64`.
const ADD: c_int = 0;
/// `QEMU_PLUGIN_CB_NO_REGS`.
const NO_REGISTERS: c_int = 0;

/// The numbers of the plugin and of the processor, and what a block and an instruction are handed over as.
type Identity = u64;
type Block = *mut c_void;
type Instruction = *mut c_void;

unsafe extern "C" {
    fn qemu_plugin_register_vcpu_tb_trans_cb(id: Identity, call: extern "C" fn(Identity, Block));
    fn qemu_plugin_tb_n_insns(block: *const c_void) -> usize;
    fn qemu_plugin_tb_get_insn(block: *const c_void, index: usize) -> Instruction;
    fn qemu_plugin_insn_symbol(instruction: *const c_void) -> *const c_char;
    fn qemu_plugin_insn_vaddr(instruction: *const c_void) -> u64;
    fn qemu_plugin_register_vcpu_insn_exec_inline(
        instruction: Instruction,
        operation: c_int,
        counter: *mut c_void,
        amount: u64,
    );
    fn qemu_plugin_register_vcpu_insn_exec_cb(
        instruction: Instruction,
        call: extern "C" fn(c_uint, *mut c_void),
        flags: c_int,
        data: *mut c_void,
    );
    fn qemu_plugin_outs(text: *const c_char);
}

extern "C" fn begins(_: c_uint, _: *mut c_void) {
    if let Ok(mut start) = START.lock() {
        *start = (ALL.load(Relaxed), HASHING.load(Relaxed));
    }
}

extern "C" fn ends(_: c_uint, _: *mut c_void) {
    let Ok(start) = START.lock() else { return };
    let (all, hashing) = (ALL.load(Relaxed) - start.0, HASHING.load(Relaxed) - start.1);
    if let Ok(text) = CString::new(format!("footprint {all} {hashing}\n")) {
        // SAFETY: the text ends with a zero and is copied.
        unsafe { qemu_plugin_outs(text.as_ptr()) };
    }
}

/// The address at which a function was met first is its entry.
fn is_entry(name: &CStr, address: u64) -> bool {
    static ENTRIES: Mutex<Vec<(CString, u64)>> = Mutex::new(Vec::new());
    let Ok(mut entries) = ENTRIES.lock() else { return false };
    if let Some((_, entry)) = entries.iter().find(|(known, _)| known.as_c_str() == name) {
        return *entry == address;
    }
    entries.push((name.to_owned(), address));
    true
}

extern "C" fn translated(_: Identity, block: Block) {
    // SAFETY: the emulator hands out its block for the time of this call; the counters live for ever.
    unsafe {
        for index in 0..qemu_plugin_tb_n_insns(block) {
            let instruction = qemu_plugin_tb_get_insn(block, index);
            let symbol = qemu_plugin_insn_symbol(instruction);
            if !symbol.is_null() {
                let name = CStr::from_ptr(symbol);
                let mark: Option<extern "C" fn(c_uint, *mut c_void)> = match name.to_bytes() {
                    b"footprint_begins" => Some(begins),
                    b"footprint_ends" => Some(ends),
                    _ => None,
                };
                if let Some(mark) = mark
                    && is_entry(name, qemu_plugin_insn_vaddr(instruction))
                {
                    let nothing = std::ptr::null_mut();
                    qemu_plugin_register_vcpu_insn_exec_cb(
                        instruction,
                        mark,
                        NO_REGISTERS,
                        nothing,
                    );
                }
                if name.to_bytes().windows(4).any(|part| part == b"sha2") {
                    let counter = HASHING.as_ptr().cast();
                    qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD, counter, 1);
                }
            }
            qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD, ALL.as_ptr().cast(), 1);
        }
    }
}

/// What the emulator calls first.
///
/// # Safety
/// It is the emulator that calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qemu_plugin_install(
    id: Identity,
    _info: *const c_void,
    _argc: c_int,
    _argv: *const *const c_char,
) -> c_int {
    // SAFETY: the function lives for ever.
    unsafe { qemu_plugin_register_vcpu_tb_trans_cb(id, translated) };
    0
}
