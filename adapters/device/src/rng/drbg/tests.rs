//! Vectors of NIST's Cryptographic Algorithm Validation Program, `HMAC_DRBG.rsp` of `drbgtestvectors.zip`, each with the
//! part that it is from.

use std::vec::Vec;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap();
    let digits: Vec<u32> =
        text.as_bytes().iter().filter(|byte| !byte.is_ascii_whitespace()).map(digit).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// What is asked for in each request of these files.
fn request(drbg: &mut Drbg) -> [u8; 128] {
    let mut bytes = [0; 128];
    drbg.generate(&mut bytes);
    bytes
}

/// `drbgvectors_pr_true`, SHA-256, prediction resistance, personalization string and additional input of 256 bits,
/// COUNT = 0. It is how [`super::super::DeviceRng`] asks: a reseed before each request.
#[test]
fn a_vector_with_prediction_resistance() {
    let mut drbg = Drbg::instantiate(&[
        &hex("4294671d493dc085b5184607d7de2ff2b6aceb734a1b026f6cfee7c5a90f03da"),
        &hex("d071544e599235d5eb38b64b551d2a6e"),
        &hex("63bc769ae1d95a98bde870e4db7776297041d37c8a5c688d4e024b78d83f4d78"),
    ]);
    drbg.reseed(&[
        &hex("db9b4790b62336fbb9a684b82947065393eeef8f57bd2477141ad17e776dac34"),
        &hex("28848becd3f47696f124f4b14853a456156f69be583a7d4682cff8d44b39e1d3"),
    ]);
    request(&mut drbg);
    drbg.reseed(&[
        &hex("4a9abe80f6f522f29878bedf8245b27940a76471006fb4a4110beb4decb6c341"),
        &hex("8bfce0b7132661c3cd78175d83926f643e36f7608eec2c5dac3ddcbacc8c2182"),
    ]);
    let returned = "e580dc969194b2b18a97478aef9d1a72390aff14562747bf080d741527a6655c
         e7fc135325b457483a9f9c70f91165a811cf4524b50d51199a0df3bd60d12aba
         c27d0bf6618e6b114e05420352e23f3603dfe8a225dc19b3d1fff1dc245dc6b1
         df24c741744bec3f9437dbbf222df84881a457a589e7815ef132f686b760f012";
    assert_eq!(request(&mut drbg), *hex(returned));
}

/// `drbgvectors_no_reseed`, SHA-256, no other input, COUNT = 0 and 1.
#[test]
fn vectors_without_a_reseed() {
    let vectors = [
        (
            "ca851911349384bffe89de1cbdc46e6831e44d34a4fb935ee285dd14b71a7488",
            "659ba96c601dc69fc902940805ec0ca8",
            "e528e9abf2dece54d47c7e75e5fe302149f817ea9fb4bee6f4199697d04d5b89
             d54fbb978a15b5c443c9ec21036d2460b6f73ebad0dc2aba6e624abf07745bc1
             07694bb7547bb0995f70de25d6b29e2d3011bb19d27676c07162c8b5ccde0668
             961df86803482cb37ed6d5c0bb8d50cf1f50d476aa0458bdaba806f48be9dcb8",
        ),
        (
            "79737479ba4e7642a221fcfd1b820b134e9e3540a35bb48ffae29c20f5418ea3",
            "3593259c092bef4129bc2c6c9e19f343",
            "cf5ad5984f9e43917aa9087380dac46e410ddc8a7731859c84e9d0f31bd43655
             b924159413e2293b17610f211e09f770f172b8fb693a35b85d3b9e5e63b1dc25
             2ac0e115002e9bedfb4b5b6fd43f33b8e0eafb2d072e1a6fee1f159df9b51e6c
             8da737e60d5032dd30544ec51558c6f080bdbdab1de8a939e961e06b5f1aca37",
        ),
    ];
    for (entropy, nonce, returned) in vectors {
        let mut drbg = Drbg::instantiate(&[&hex(entropy), &hex(nonce)]);
        request(&mut drbg);
        assert_eq!(request(&mut drbg), *hex(returned));
    }
}

/// `drbgvectors_pr_false`, SHA-256, one reseed, no other input, COUNT = 0.
#[test]
fn a_vector_with_a_reseed() {
    let mut drbg = Drbg::instantiate(&[
        &hex("06032cd5eed33f39265f49ecb142c511da9aff2af71203bffaf34a9ca5bd9c0d"),
        &hex("0e66f71edc43e42a45ad3c6fc6cdc4df"),
    ]);
    drbg.reseed(&[&hex("01920a4e669ed3a85ae8a33b35a74ad7fb2a6bb4cf395ce00334a9c9a5a5d552")]);
    request(&mut drbg);
    let returned = "76fc79fe9b50beccc991a11b5635783a83536add03c157fb30645e611c2898bb
         2b1bc215000209208cd506cb28da2a51bdb03826aaf2bd2335d576d519160842
         e7158ad0949d1a9ec3e66ea1b1a064b005de914eac2e9d4f2d72a8616a802254
         22918250ff66a41bd2f864a6a38cc5b6499dc43f7f2bd09e1e0f8f5885935124";
    assert_eq!(request(&mut drbg), *hex(returned));
}

/// A request that ends inside a block gives the beginning of a longer one.
#[test]
fn a_short_request_is_the_beginning_of_a_long_one() {
    let mut long = [0; 96];
    Drbg::instantiate(&[b"seed"]).generate(&mut long);
    for len in 0..96 {
        let mut short = [0; 96];
        Drbg::instantiate(&[b"seed"]).generate(&mut short[..len]);
        assert_eq!(short[..len], long[..len]);
    }
}
