## The description of the APIs

api-title = API仕様
api-lead = 管理APIで担当者や機械クライアントができること、登録APIでアプリがお客さまのためにできることの一覧です。必須の項目には星印が付いています。
api-document = OpenAPI 3.1 文書
api-permission = 権限
api-scope = スコープ
api-body = 本文
api-answer = 応答 { $status }
api-refusals = 断られたとき
api-parameters = パラメーター
api-name = 名前
api-place = 場所
api-kind = 種類
api-meaning = 意味
api-objects = オブジェクト
