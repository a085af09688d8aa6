// What the indexer found of the root data when a run last recorded it.
#include "storage/ledger_impl.h"
#include "storage/packed.h"

namespace almanac {

namespace {

// Equal schemas are one object, as in what the indexer gives.
using Schemas = std::unordered_map<int64_t, std::shared_ptr<const PartitionSchema>>;

std::string packed_schema(const PartitionSchema* schema) {
  const PartitionSchema none;
  if (schema == nullptr) schema = &none;
  return Packer().add(schema->names).add(schema->types).bytes();
}

Result<Partition> partition_at(Ledger::Impl& ledger, const sqlite::Query& row, Schemas* schemas) {
  Partition partition;
  partition.date = Date(static_cast<int32_t>(row.integer(0)));
  partition.presence = static_cast<Presence>(row.integer(1));
  partition.rows = static_cast<uint64_t>(row.integer(2));
  partition.columns = Unpacker(row.bytes(5)).hashes();
  partition.problem = row.text(6);
  auto& schema = (*schemas)[row.integer(3)];
  if (schema == nullptr) {
    Unpacker unpacker(row.bytes(4));
    PartitionSchema unpacked;
    unpacked.names = unpacker.texts();
    unpacked.types = unpacker.texts();
    if (!unpacker.done() || unpacked.names.size() != unpacked.types.size()) {
      return ledger.damaged("schema of a partition on " + partition.date.str());
    }
    schema = std::make_shared<const PartitionSchema>(std::move(unpacked));
  }
  if (!schema->names.empty()) partition.schema = schema;
  return partition;
}

Result<void> write_dataset(Ledger::Impl& ledger, const DatasetAvailability& dataset) {
  sqlite::Database& db = ledger.db();
  TRY(const int64_t name, ledger.name_id(dataset.name));
  TRY_VOID(sqlite::run(db,
                       "INSERT INTO datasets(name, entity, is_static) VALUES(?, ?, ?)"
                       " ON CONFLICT(name) DO UPDATE SET entity = excluded.entity,"
                       " is_static = excluded.is_static",
                       name, dataset.entity, dataset.is_static));
  for (const Partition& partition : dataset.partitions) {
    TRY(const int64_t schema, ledger.list_id(packed_schema(partition.schema.get())));
    TRY_VOID(sqlite::run(
        db,
        "INSERT INTO partitions(dataset, date, presence, rows, schema, columns, problem)"
        " VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(dataset, date) DO UPDATE SET"
        " presence = excluded.presence, rows = excluded.rows, schema = excluded.schema,"
        " columns = excluded.columns, problem = excluded.problem",
        name, partition.date.days(), static_cast<int>(partition.presence), partition.rows, schema,
        sqlite::Bytes{Packer().add(partition.columns).bytes()}, partition.problem));
  }
  return {};
}

}  // namespace

Result<std::vector<DatasetAvailability>> Ledger::partitions() {
  return impl_->read([&]() -> Result<std::vector<DatasetAvailability>> {
    std::vector<DatasetAvailability> datasets;
    Schemas schemas;
    sqlite::Query query(impl_->db(),
                        "SELECT d.name, n.name, entity, is_static FROM datasets d"
                        " JOIN names n ON n.id = d.name ORDER BY n.name");
    TRY_VOID(for_each(query, [&](sqlite::Query& found) -> Result<void> {
      DatasetAvailability& dataset = datasets.emplace_back();
      dataset.name = found.text(1);
      dataset.entity = found.text(2);
      dataset.is_static = found.integer(3) != 0;
      sqlite::Query inner(impl_->db(),
                          "SELECT date, presence, rows, schema, bytes, columns, problem"
                          " FROM partitions JOIN lists ON id = schema WHERE dataset = ?"
                          " ORDER BY date",
                          found.integer(0));
      return for_each(inner, [&](sqlite::Query& row) -> Result<void> {
        TRY(Partition partition, partition_at(*impl_, row, &schemas));
        dataset.partitions.push_back(std::move(partition));
        return {};
      });
    }));
    return datasets;
  });
}

Result<void> Ledger::record_partitions(const Lease& lease,
                                       const std::vector<DatasetAvailability>& changed) {
  return impl_->write(lease, [&]() -> Result<void> {
    for (const DatasetAvailability& dataset : changed) TRY_VOID(write_dataset(*impl_, dataset));
    return {};
  });
}

}  // namespace almanac
