#include "tests/temporal_live/certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>

#include "temporal/base/check.h"

namespace temporal::testing {
namespace {

struct Free {
  void operator()(X509* one) const { X509_free(one); }
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
  void operator()(BIO* one) const { BIO_free(one); }
  void operator()(X509_EXTENSION* one) const { X509_EXTENSION_free(one); }
};
using Cert = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

constexpr long kDay = 24 * 3600;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}
std::string pem_of(X509* one) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), one);
  return text_of(bio.get());
}
std::string pem_of(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void add(X509* one, X509* issuer, int extension, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, one, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> made(
      X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str()));
  TEMPORAL_CHECK(made && X509_add_ext(one, made.get(), -1), "an extension of a certificate");
}

Cert unsigned_of(const std::string& name, EVP_PKEY* key, int first, int last) {
  static std::atomic<long> serial = 1;
  Cert one(X509_new());
  X509_set_version(one.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(one.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(one.get()), first * kDay);
  X509_gmtime_adj(X509_getm_notAfter(one.get()), last * kDay);
  X509_set_pubkey(one.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(one.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return one;
}

}  // namespace

struct Authority::Keys {
  Key key{EVP_EC_gen("P-256")};
  Cert certificate;
};

Authority::Authority(const std::string& name) : keys_(std::make_unique<Keys>()) {
  EVP_PKEY* key = keys_->key.get();
  Cert one = unsigned_of(name, key, -2, 2);
  X509_set_issuer_name(one.get(), X509_get_subject_name(one.get()));
  add(one.get(), one.get(), NID_basic_constraints, "critical,CA:TRUE");
  add(one.get(), one.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(one.get(), key, EVP_sha256());
  pem_ = pem_of(one.get());
  keys_->certificate = std::move(one);
}

Authority::~Authority() = default;

Certificate Authority::sign(const std::string& name, int first, int last) const {
  const Key key(EVP_EC_gen("P-256"));
  const Cert one = unsigned_of(name, key.get(), first, last);
  X509* issuer = keys_->certificate.get();
  X509_set_issuer_name(one.get(), X509_get_subject_name(issuer));
  add(one.get(), issuer, NID_subject_alt_name, "DNS:" + name);
  X509_sign(one.get(), keys_->key.get(), EVP_sha256());
  return {pem_of(one.get()), pem_of(key.get())};
}

}  // namespace temporal::testing
