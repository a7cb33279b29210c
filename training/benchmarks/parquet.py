"""Rows of Parquet files: the only importer of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.benchmarks.rows import MAX_FILE_BYTES, Row, check
from webenv.errors import InputError

MAGIC = b"PAR1"
"""The first four bytes of every Parquet file."""
_BATCH_ROWS = 100


def is_parquet(path: Path) -> bool:
    """Whether a file starts as Parquet files do."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows.

    Raises:
        NotFound, InputError: the file cannot be read as such, or unpacks to more than `MAX_FILE_BYTES`.
    """
    import pyarrow  # type: ignore[import-untyped]
    from pyarrow import parquet

    check(path)
    number = size = 0
    try:
        with parquet.ParquetFile(path) as file:
            _refuse_large(
                path, sum(file.metadata.row_group(each).total_byte_size for each in range(file.num_row_groups))
            )
            for batch in file.iter_batches(_BATCH_ROWS):
                size += batch.nbytes
                _refuse_large(path, size)
                for row in batch.to_pylist():
                    number += 1
                    yield Row(f"{path}: row {number}", row)
    except InputError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError(f"{path}: after row {number}: not a whole Parquet file: {error}") from error


def _refuse_large(path: Path, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise InputError(f"{path}: unpacks to more than {MAX_FILE_BYTES:,} bytes; no benchmark file is as large")
