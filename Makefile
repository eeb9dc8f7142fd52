# Hai lệnh chính: `make report [PERIOD=2024]` và `make test`. Mỗi lệnh tự chuẩn bị môi trường trong .venv;
# máy chỉ cần Python 3.11–3.13 và make. Không có make (Windows): xem README.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
# Bytecode is written at install: without it every start takes twice as long.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUTF8 := 1

PERIOD ?= 2024
FOR ?= 3.12
UV ?= uv
LOCK_FLAGS ?=
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	then echo $$p; break; fi; done)
BIN := .venv/bin
# Độ phủ được đo ở mọi lượt kiểm thử (sàn ở pyproject.toml); không đo: make test COVERAGE=
COVERAGE ?= --cov --cov-report=
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.PHONY: help report test bench bundle pictures web spark lint lab lock environment clean need-python runtime dev

help: ## Liệt kê các lệnh
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

report: runtime ## Làm báo cáo của một kỳ: make report PERIOD=2024
	@$(BIN)/tthc report $(PERIOD)

lab: runtime ## Mở sổ tay trong JupyterLab
	@$(BIN)/tthc lab

test: lint web spark ## Kiểm tra mã nguồn rồi chạy toàn bộ kiểm thử
	@echo "Chạy kiểm thử…"
	@$(BIN)/python -m pytest -n auto $(COVERAGE)

web: ## Chuẩn bị trình duyệt và công cụ kiểm thử trang (thiếu thì kiểm thử trang được bỏ qua)
	@bash tools/web/setup.sh

spark: dev ## Cài Apache Spark vào .venv (cần Java 17); thiếu thì kiểm thử Spark được bỏ qua
	@"$(PYTHON)" tools/install.py --spark || echo "Không cài được Apache Spark: các kiểm thử cần nó sẽ được bỏ qua."

bench: spark ## Đo tốc độ rồi viết docs/benchmarks.md (khoảng mười lăm phút)
	@"$(PYTHON)" tools/install.py --bench
	@$(BIN)/python benchmarks/run.py $(BENCH)

lint: dev ## Kiểm tra quy tắc viết mã, định dạng, kiểu dữ liệu; sổ tay không kèm kết quả
	@echo "Kiểm tra mã nguồn…"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(if $(NOTEBOOKS),$(BIN)/nbstripout --verify $(NOTEBOOKS))

bundle: dev ## Bộ cài đặt cho máy không có mạng (cần mạng để tạo): make bundle FOR=3.12
	@$(BIN)/python tools/bundle.py --python $(FOR)

pictures: web runtime ## Chụp lại mọi hình của docs/hinh từ các báo cáo mẫu (cần node, chromium, pdftoppm)
	@$(BIN)/python tools/pictures.py

lock: ## Tạo lại các tệp khóa phiên bản (cần uv); nâng phiên bản: LOCK_FLAGS=--upgrade
	@UV="$(UV)" bash tools/lock.sh $(LOCK_FLAGS)

environment: need-python ## Tạo lại environment.yml từ pyproject.toml
	@"$(PYTHON)" tools/environment.py

clean: ## Xóa môi trường và tệp tạm; giữ dữ liệu và báo cáo
	@rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	@find tthc_analysis tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

need-python:
	@test -n "$(PYTHON)" || { echo "Không tìm thấy Python 3.11, 3.12 hoặc 3.13. Cài một trong các bản đó rồi chạy lại, hoặc chỉ rõ: make $(MAKECMDGOALS) PYTHON=/đường/dẫn/python3" >&2; exit 2; }

runtime: need-python
	@"$(PYTHON)" tools/install.py

dev: need-python
	@"$(PYTHON)" tools/install.py --dev
